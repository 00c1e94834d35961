using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>Keeps torch on a number of threads while in use, and puts the number back. One thread for networks and matrices so small that they are done before a second one has joined in, and where work is shared out another way.</summary>
public sealed class TorchThreads : IDisposable
{
    private readonly int before = get_num_threads();

    private TorchThreads(int threads)
    {
        if (threads != before)
            set_num_threads(threads);
    }

    /// <summary>Sets the number for the whole process.</summary>
    /// <param name="threads">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer.</exception>
    public static TorchThreads Use(int threads) => new(Guard.Positive(threads));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (get_num_threads() != before)
            set_num_threads(before);
    }
}
