using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

// The build mends TorchSharp.dll by marking it as not optimised (see docs/architecture.md), which BenchmarkDotNet would take for a debug build and refuse. Its
// managed half only passes handles on; ours is optimised, as `dotnet run -c Release` makes it.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.WithOptions(ConfigOptions.DisableOptimizationsValidator));
