using System.CommandLine;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Chaos;

/// <summary><c>chaos</c>: loss, doubles and order under faults. The exit code is 1 if anything was lost silently, doubled or out of order.</summary>
internal static class ChaosCommand
{
    public static Command Build()
    {
        var plan = new ChaosPlan();
        var gateways = new Option<int>("--gateways") { DefaultValueFactory = _ => plan.Gateways, Description = "gateway processes" };
        var clients = new Option<int>("--clients", "-c") { DefaultValueFactory = _ => plan.Clients, Description = "clients that reconnect and resume" };
        var rooms = new Option<int>("--rooms") { DefaultValueFactory = _ => plan.Rooms, Description = "rooms; each client is in 3 of them" };
        var rate = new Option<double>("--rate", "-r") { DefaultValueFactory = _ => plan.Rate, Description = "messages a second, over all rooms" };
        var seconds = new Option<int>("--seconds", "-s") { DefaultValueFactory = _ => plan.Seconds, Description = "of publishing, per fault" };
        var times = new Option<int>("--times") { DefaultValueFactory = _ => plan.Times, Description = "how often the fault happens" };
        var plain = new Option<bool>("--plain") { Description = "without history, for comparison" };
        var faults = new Option<string[]>("--fault") { Description = string.Join(", ", Fault.All.Select(fault => fault.Name)), AllowMultipleArgumentsPerToken = true };
        var gateway = new Option<string?>("--gateway") { Description = "path of Gateway.dll; otherwise this repository's build" };
        var command = new Command("chaos", "messages lost, doubled and out of order while gateways and Redis fail")
        {
            gateways, clients, rooms, rate, seconds, times, plain, faults, gateway,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var read = plan with
            {
                Gateways = parsed.GetValue(gateways),
                Clients = parsed.GetValue(clients),
                Rooms = parsed.GetValue(rooms),
                Rate = parsed.GetValue(rate),
                Seconds = parsed.GetValue(seconds),
                Times = parsed.GetValue(times),
                History = !parsed.GetValue(plain),
            };
            return await RunAsync(read, parsed.GetValue(faults) ?? [], Path.GetFullPath(parsed.GetValue(gateway) ?? GatewayProcess.Find()), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(ChaosPlan plan, string[] names, string gatewayDll, CancellationToken cancellation)
    {
        var unknown = names.Except(Fault.All.Select(fault => fault.Name)).ToList();
        if (unknown.Count > 0) throw new ArgumentException($"unknown fault {string.Join(", ", unknown)}; known are {string.Join(", ", Fault.All.Select(fault => fault.Name))}", nameof(names));
        var adminDll = gatewayDll.Replace("services/Gateway/", "services/AdminApi/", StringComparison.Ordinal).Replace("Gateway.dll", "AdminApi.dll", StringComparison.Ordinal);
        var isClean = true;
        Console.WriteLine($"{plan.Gateways} gateways, {plan.Clients} clients in {plan.RoomsPerClient} of {plan.Rooms} rooms, {plan.Rate:0} messages/s for {plan.Seconds} s, {(plan.History ? "with" : "without")} history");
        foreach (var fault in Fault.All.Where(fault => names.Length == 0 || names.Contains(fault.Name)))
        {
            var result = await ChaosRun.RunAsync(plan, fault, gatewayDll, adminDll, cancellation);
            Console.WriteLine($"{fault.Name,-20} x{plan.Times}: {result}");
            isClean &= result.IsClean;
        }

        return isClean ? 0 : 1;
    }
}
