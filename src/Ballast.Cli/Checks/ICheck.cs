namespace Ballast.Cli.Checks;

/// <summary>One check: looks at the state of the audit and reports what it finds there.</summary>
internal interface ICheck
{
    /// <summary>The check's id in the report, such as <c>leakage</c>.</summary>
    string Id { get; }

    /// <summary>Reports findings to <paramref name="audit"/>; column checks may set columns aside.</summary>
    void Run(Audit audit, CancellationToken cancellation);
}
