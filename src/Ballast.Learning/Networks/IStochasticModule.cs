namespace Ballast.Learning.Networks;

/// <summary>A part of a network that draws random numbers while training, such as dropout.</summary>
/// <remarks>
/// What it draws is a function of (seed, step, how often it was called since the step began), so that a resumed run draws what the uninterrupted one
/// would have drawn. <see cref="Network.BeginStep"/> tells every such part of a network.
/// </remarks>
public interface IStochasticModule
{
    /// <summary>Step <paramref name="step"/> (from 0 over the whole training) begins.</summary>
    void BeginStep(long step);
}
