using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.UnitTests.Connections;

/// <summary>A transport that only notes that it was torn down.</summary>
internal sealed class FakeTransport : ConnectionContext
{
    public bool IsAborted { get; private set; }

    public override string ConnectionId { get; set; } = "";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; } = null!;

    public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;

    public override void Abort() => IsAborted = true;
}
