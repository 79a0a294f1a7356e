using System.ComponentModel.DataAnnotations;

namespace Gateway.Delivery;

/// <summary>How messages are fanned out.</summary>
internal sealed class DeliverySettings
{
    /// <summary>Loops that write, each to its share of the connections; 0 = one per processor, at most 8. 0–64; default 0.</summary>
    [Range(0, 64)]
    public int Lanes { get; set; }

    internal int EffectiveLanes => Lanes > 0 ? Lanes : Math.Clamp(Environment.ProcessorCount, 1, 8);
}
