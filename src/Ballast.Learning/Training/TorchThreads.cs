using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>Keeps torch on a number of threads while in use, and puts the number back.</summary>
internal sealed class TorchThreads : IDisposable
{
    private readonly int before = get_num_threads();

    private TorchThreads(int threads)
    {
        if (threads != before)
            set_num_threads(threads);
    }

    public static TorchThreads Use(int threads) => new(threads);

    public void Dispose()
    {
        if (get_num_threads() != before)
            set_num_threads(before);
    }
}
