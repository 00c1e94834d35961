using System.Diagnostics;
using Ballast.Build;
using static TorchSharp.torch;

namespace Ballast.Tests.Build;

public sealed class JitOptimizationsTests
{
    [Fact]
    public void The_program_runs_a_torch_whose_arguments_live_through_native_calls()
    {
        var attribute = typeof(Tensor).Assembly.GetCustomAttributes(typeof(DebuggableAttribute), false).Cast<DebuggableAttribute>().Single();

        Assert.True(attribute.IsJITOptimizerDisabled);
    }

    [Fact]
    public void Scalars_made_in_passing_survive_collections()
    {
        using var scope = NewDisposeScope();
        var value = ones(4);
        using var stop = new CancellationTokenSource();
        var collecting = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
            }
        });
        collecting.Start();

        try
        {
            for (var i = 0; i < 30_000; i++)
                value.mul_(1.0).add_(0.5).sub_(0.5);
        }
        finally
        {
            stop.Cancel();
            collecting.Join();
        }

        Assert.Equal([1, 1, 1, 1], value.data<float>().ToArray());
    }

    [Fact]
    public void Only_the_one_value_changes_and_what_is_unknown_is_refused()
    {
        byte[] assembly = [7, 7, 8, 1, 0, 2, 0, 0, 0, 0, 0, 9];

        Assert.True(JitOptimizations.Forbid(assembly));
        Assert.Equal([7, 7, 8, 1, 0, 7, 1, 0, 0, 0, 0, 9], assembly);
        Assert.False(JitOptimizations.Forbid(assembly));
        Assert.Throws<InvalidDataException>(() => JitOptimizations.Forbid([1, 2, 3]));
        Assert.Throws<InvalidDataException>(() => JitOptimizations.Forbid([8, 1, 0, 2, 0, 0, 0, 0, 0, 8, 1, 0, 2, 0, 0, 0, 0, 0]));
    }
}
