using TorchSharp;

namespace Ballast.Reproductions.LabelErrors;

/// <summary>Keeps torch on one thread while in use: networks and matrices this small are done before a second thread has joined in.</summary>
internal sealed class SingleTorchThread : IDisposable
{
    private readonly int before = torch.get_num_threads();

    private SingleTorchThread() => torch.set_num_threads(1);

    public static SingleTorchThread Use() => new();

    public void Dispose() => torch.set_num_threads(before);
}
