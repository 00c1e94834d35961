using Ballast.Learning.Training;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

TensorMemory.KeepFreed();
// In this process: the one that BenchmarkDotNet would build lacks the mended TorchSharp.dll (see docs/architecture.md), which is marked as not optimised and would be taken for a debug build. Its
// managed half only passes handles on; ours is optimised, as `dotnet run -c Release` makes it.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsDefault())
    .WithOptions(ConfigOptions.DisableOptimizationsValidator));
