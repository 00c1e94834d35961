using System.Runtime.InteropServices;
using Ballast.Core;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Feeding;
using static Ballast.Tests.Learning.Training.TrainingSamples;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Tests.Learning.Training;

/// <summary>What feeding costs the thread that trains, against the bare loop of the same network with data in memory.</summary>
/// <remarks>Processor time of the training thread, steps of both alternating in one run: a busy machine changes neither. Wall-clock figures are the benchmark's.</remarks>
public sealed partial class FeedingSpeedTests(ITestOutputHelper output)
{
    private const int Batch = 128;
    private const int StepsARound = 8;
    private static readonly Dataset Data = Images(Batch * StepsARound);

    [Fact]
    public void Samples_as_they_are_pass_at_95_percent_of_the_bare_loop() => AssertRatio(transform: null, 0.95);

    [Fact]
    public void Samples_transformed_one_batch_ahead_pass_at_95_percent_of_the_bare_loop() => AssertRatio(new Shifted(), 0.95);

    private void AssertRatio(IBatchTransform? transform, double atLeast)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The thread's clock is Linux's.");
        List<double> bare = [], fed = [];
        for (var round = 0; round < 12 && (round < 3 || Median(bare) / Median(fed) < atLeast + 0.01); round++)
        {
            bare.AddRange(BareSteps());
            fed.AddRange(TrainerSteps(transform));
        }
        output.WriteLine($"bare {Batch / Median(bare):0} samples/s, trainer {Batch / Median(fed):0}: {Median(bare) / Median(fed):0.000}");
        Assert.InRange(Median(bare) / Median(fed), atLeast, 2);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double ThreadSeconds()
    {
        const int threadCpuTime = 3;
        Assert.Equal(0, ClockGetTime(threadCpuTime, out var time));
        return time.Seconds + 1e-9 * time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    private static List<double> BareSteps()
    {
        using var scope = NewDisposeScope();
        using var network = new SmallCnn(10);
        using var optimizer = optim.Adam(network.parameters(), 1e-3);
        var threads = get_num_threads();
        set_num_threads(1);
        var (inputs, labels) = (tensor(Data.Features[..(Batch * 784)].ToArray()).reshape(Batch, 1, 28, 28), tensor(Data.Labels[..Batch].ToArray()).to(int64));
        var seconds = new List<double>();
        for (var step = 0; step < StepsARound; step++)
        {
            var begun = ThreadSeconds();
            using (NewDisposeScope())
            {
                optimizer.zero_grad();
                functional.cross_entropy(network.call(inputs), labels).backward();
                optimizer.step();
            }
            seconds.Add(ThreadSeconds() - begun);
        }
        set_num_threads(threads);
        return seconds;
    }

    private static List<double> TrainerSteps(IBatchTransform? transform)
    {
        using var network = new SmallCnn(10);
        var clock = new StepClock();
        new Trainer(new() { Epochs = 1, BatchSize = Batch, Transform = transform }).Train(network, TrainerTests.Plain(), Data, progress: clock);
        return clock.Seconds;
    }

    private sealed class StepClock : IProgress<TrainingProgress>
    {
        private double last = double.NaN;

        public List<double> Seconds { get; } = [];

        public void Report(TrainingProgress value)
        {
            var now = ThreadSeconds();
            if (!double.IsNaN(last) && !value.EpochDone)
                Seconds.Add(now - last);
            last = now;
        }
    }

    /// <summary>A cheap augmentation: shifts by a random number of pixels.</summary>
    private sealed class Shifted : IBatchTransform
    {
        public IReadOnlyList<int> OutputShape(IReadOnlyList<int> sampleShape) => sampleShape;

        public BatchMix? Fill(Dataset data, ReadOnlyMemory<int> rows, BatchKey key, Memory<float> output)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                var shift = RandomStream.For(key.Seed, "shift", key.Draw(i)).Next(20);
                var sample = output.Span.Slice(i * 784, 784);
                data.Row(rows.Span[i])[shift..].CopyTo(sample);
                sample[^shift..].Clear();
            }
            return null;
        }
    }
}
