using Gateway.Hosting.Running;
using UserApi;

return await ServiceRunner.RunAsync(args, UserApiApp.Create);
