using System.CommandLine;

namespace Ballast.Cli.Shell;

/// <summary>A verb of the program: its arguments and options, and the body that does the job.</summary>
/// <param name="name">What the user types.</param>
/// <param name="description">One sentence of help.</param>
/// <param name="body">Does the job and returns an exit code; what it throws becomes a sentence and an exit code.</param>
/// <param name="recorded">Whether its runs go to the run store; false for verbs that only look something up.</param>
internal sealed class Verb(string name, string description, Func<CommandSession, int> body, bool recorded = true) : Command(name, description)
{
    /// <summary>Whether its runs go to the run store.</summary>
    public bool Recorded { get; } = recorded;

    /// <summary>Does the job.</summary>
    public int Run(CommandSession session) => body(session);
}
