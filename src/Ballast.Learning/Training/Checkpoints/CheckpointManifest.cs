namespace Ballast.Learning.Training.Checkpoints;

/// <summary>The JSON beside the tensors: by it a cut or damaged file is known.</summary>
/// <param name="Format">Always <see cref="FormatName"/>.</param>
/// <param name="Steps">Steps that training had made.</param>
/// <param name="Bytes">Length of the tensors' file.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
internal sealed record CheckpointManifest(string Format, long Steps, long Bytes, string Sha256)
{
    public const string FormatName = "ballast-checkpoint/1";
}
