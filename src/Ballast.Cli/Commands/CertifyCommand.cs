using System.CommandLine;
using Ballast.Cli.Commands.Robustness;
using Ballast.Cli.Shell;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast certify NET --vnnlib PROP.vnnlib</c>: answers a verification query.</summary>
internal static class CertifyCommand
{
    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The network: .onnx, or .safetensors that train saved." };
        var property = new Option<string>("--vnnlib") { Description = "A property file; the answer is unsat (proved), sat, unknown or timeout.", HelpName = "PROP.vnnlib", Required = true };
        var timeout = new Option<double>("--timeout") { Description = "Seconds for a query.", HelpName = "S", DefaultValueFactory = _ => 300 };
        return new Verb("certify", "Prove a property of a network, or find an input that breaks it.", session =>
            QueryAnswering.Run(session, session.Get(model)!, session.Get(property)!, session.Get(timeout)))
        { model, property, timeout };
    }
}
