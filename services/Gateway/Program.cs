using Gateway;
using Gateway.Hosting.Running;

return await ServiceRunner.RunAsync(args, GatewayApp.Create);
