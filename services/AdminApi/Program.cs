using AdminApi;
using Gateway.Hosting.Running;

return await ServiceRunner.RunAsync(args, AdminApiApp.Create);
