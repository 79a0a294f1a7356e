namespace Gateway.Bus.Redis.Subscribing;

/// <summary>Takes what the server says, on the reader's thread.</summary>
internal interface IPushReceiver
{
    void Receive(in RespPush push);

    /// <summary>All that had come is handed on; the next thing is a wait for more.</summary>
    void Drained();
}
