namespace Ballast.Learning.LongTail;

/// <summary>One way to train on unequal classes: a loss, a sampler and perhaps a method of the last layer.</summary>
/// <param name="Loss">As <see cref="LongTailLosses"/> reads it.</param>
/// <param name="Sampler">As <see cref="LongTailSamplers"/> reads it.</param>
/// <param name="Method">As <see cref="LongTailMethods"/> reads it; null for none.</param>
public sealed record LongTailCandidate(string Loss, string Sampler = "instance", string? Method = null)
{
    /// <summary>How a user writes it: <c>loss[@sampler][+method]</c>.</summary>
    public string Name => $"{Loss}{(Sampler == "instance" ? "" : $"@{Sampler}")}{(Method is null ? "" : $"+{Method}")}";

    /// <summary>Reads <c>loss[@sampler][+method]</c>, such as <c>ce@sqrt+crt:epochs=5</c>.</summary>
    /// <exception cref="ArgumentException">A part names nothing known.</exception>
    public static LongTailCandidate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (trained, method) = Split(text, '+');
        var (loss, sampler) = Split(trained, '@');
        var candidate = new LongTailCandidate(loss, sampler ?? "instance", method);
        candidate.Check();
        return candidate;
    }

    /// <summary>Throws where a part names nothing known.</summary>
    internal void Check()
    {
        LongTailLosses.Known.Parse(Loss);
        LongTailSamplers.Known.Parse(Sampler);
        if (Method is not null)
            LongTailMethods.Known.Parse(Method);
    }

    private static (string Before, string? After) Split(string text, char mark) =>
        text.IndexOf(mark, StringComparison.Ordinal) is var at && at < 0 ? (text.Trim(), null) : (text[..at].Trim(), text[(at + 1)..].Trim());
}
