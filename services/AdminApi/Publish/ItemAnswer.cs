using Gateway.Hosting.Answers;

namespace AdminApi.Publish;

/// <summary>What became of one message: one of the two is set.</summary>
internal readonly record struct ItemAnswer(PublishAnswer? Taken, PublishFault? Fault)
{
    public ItemAnswer(PublishAnswer taken)
        : this(taken, Fault: null)
    {
    }

    public ItemAnswer(PublishFault fault)
        : this(Taken: null, fault)
    {
    }

    public IResult Http() => Fault?.Http() ?? Results.Ok(Taken);
}
