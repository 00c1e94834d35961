namespace Ballast.Cli.Runs;

/// <summary>A run as it begins: what would repeat it.</summary>
/// <param name="Command">The verb.</param>
/// <param name="Arguments">Everything after the program's name, as given.</param>
/// <param name="Seed">Seed of every random choice.</param>
/// <param name="Folder">The working folder, which relative paths in the arguments start from.</param>
/// <param name="Version">The program's version.</param>
/// <param name="Started">When it began.</param>
internal sealed record RunStart(string Command, IReadOnlyList<string> Arguments, int Seed, string Folder, string Version, DateTimeOffset Started);

/// <summary>A run as the store keeps it.</summary>
/// <param name="Id">Its number, counting from 1; numbers are never given twice.</param>
/// <param name="Start">What would repeat it.</param>
/// <param name="DataFingerprint">Identifies the data it read; null where it read none.</param>
/// <param name="Seconds">How long it took; null while it runs, or where it was killed.</param>
/// <param name="ExitCode">What it returned; null while it runs, or where it was killed.</param>
/// <param name="Metrics">Its figures by name.</param>
/// <param name="Artefacts">Full paths of the files it wrote.</param>
internal sealed record RunRecord(
    long Id,
    RunStart Start,
    string? DataFingerprint,
    double? Seconds,
    int? ExitCode,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyList<string> Artefacts);
