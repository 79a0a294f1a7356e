using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Gateway.LoadTest.Servers.SignalR;

[Authorize]
internal sealed class LoadHub : Hub
{
    public override Task OnConnectedAsync() =>
        Groups.AddToGroupAsync(Context.ConnectionId, $"user:{Context.User?.FindFirst("username")?.Value}");

    public Task Join(string room) => Groups.AddToGroupAsync(Context.ConnectionId, $"room:{room}");
}
