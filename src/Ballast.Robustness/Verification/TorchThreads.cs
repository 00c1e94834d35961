using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>Sets the number of torch's own threads and puts it back.</summary>
internal sealed class TorchThreads : IDisposable
{
    private readonly int before = get_num_threads();

    public TorchThreads(int threads)
    {
        if (threads != before)
            set_num_threads(threads);
    }

    public void Dispose()
    {
        if (get_num_threads() != before)
            set_num_threads(before);
    }
}
