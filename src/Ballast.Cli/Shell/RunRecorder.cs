namespace Ballast.Cli.Shell;

/// <summary>Collects what the run store keeps of a run besides its command line.</summary>
internal sealed class RunRecorder
{
    private readonly Dictionary<string, double> metrics = [];
    private readonly List<string> artefacts = [];

    /// <summary>Figures of the run by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics => metrics;

    /// <summary>Full paths of the files that the run wrote.</summary>
    public IReadOnlyList<string> Artefacts => artefacts;

    /// <summary>Identifies the data that the run read; null where it read none.</summary>
    public string? DataFingerprint { get; private set; }

    /// <summary>Keeps a figure; a later one of the same name replaces it.</summary>
    public void Metric(string name, double value) => metrics[name] = value;

    /// <summary>Keeps the path of a file that the run wrote.</summary>
    public void Artefact(string path) => artefacts.Add(Path.GetFullPath(path));

    /// <summary>Keeps what identifies the content of the data that the run read.</summary>
    public void Data(string fingerprint) => DataFingerprint = fingerprint;
}
