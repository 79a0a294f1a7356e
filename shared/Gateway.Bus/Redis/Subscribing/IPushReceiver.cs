namespace Gateway.Bus.Redis.Subscribing;

/// <summary>Takes what the server says, on the reader's thread.</summary>
internal interface IPushReceiver
{
    void Receive(in RespPush push);
}
