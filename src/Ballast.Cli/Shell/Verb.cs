using System.CommandLine;

namespace Ballast.Cli.Shell;

/// <summary>A verb of the program: its arguments and options, and the body that does the job.</summary>
internal sealed class Verb : Command
{
    private readonly Func<CommandSession, int> body;

    /// <summary>Makes a verb; arguments, options and verbs below it are added to it.</summary>
    /// <param name="name">What the user types.</param>
    /// <param name="description">One sentence of help.</param>
    /// <param name="body">Does the job and returns an exit code; what it throws becomes a sentence and an exit code.</param>
    /// <param name="recorded">Whether its runs go to the run store; false for verbs that only look something up.</param>
    public Verb(string name, string description, Func<CommandSession, int> body, bool recorded = true)
        : base(name, description)
    {
        (this.body, Recorded) = (body, recorded);
        // Tells the parser that a verb with others below it can be run alone too; the application runs the body itself.
        SetAction(_ => ExitCode.Done);
    }

    /// <summary>Whether its runs go to the run store.</summary>
    public bool Recorded { get; }

    /// <summary>Does the job.</summary>
    public int Run(CommandSession session) => body(session);
}
