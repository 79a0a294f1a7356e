using Gateway.LoadTest;

return await Cli.Build().Parse(args).InvokeAsync();
