using Spectre.Console;

namespace Ballast.Cli.Shell;

/// <summary>Makes the Spectre console of a writer.</summary>
internal static class Consoles
{
    /// <summary>Colours on a terminal unless NO_COLOR is set; plain text of a fixed width in a pipe.</summary>
    public static IAnsiConsole For(TextWriter writer, CommandHost host)
    {
        var colours = host.OutputIsTerminal && string.IsNullOrEmpty(host.Variable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = colours ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = host.Width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
