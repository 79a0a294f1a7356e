using Gateway.Hosting.Running;
using Standalone;

return await ServiceRunner.RunAsync(args, StandaloneApp.Create);
