using System.CommandLine;
using Ballast.Cli.Commands.Robustness;
using Ballast.Cli.Shell;

namespace Ballast.Cli.Commands;

/// <summary>
/// <c>ballast certify NET.onnx --vnnlib PROP.vnnlib</c>: answers a verification query. <c>ballast certify MODEL DATA --eps E</c>: which images no change of at most E can turn.
/// </summary>
internal static class CertifyCommand
{
    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The network: .onnx, or .safetensors that train saved." };
        var data = new Argument<string?>("DATA") { Description = "Images to certify: a folder by class, or an IDX file.", Arity = ArgumentArity.ZeroOrOne };
        var property = new Option<string?>("--vnnlib") { Description = "A property file; the answer is unsat (proved), sat, unknown or timeout.", HelpName = "PROP.vnnlib" };
        var timeout = new Option<double>("--timeout") { Description = "Seconds for a query.", HelpName = "S", DefaultValueFactory = _ => 300 };
        return new Verb("certify", "Prove that no small change of an input changes the answer, or answer a VNN-LIB query.", session =>
        {
            if (session.Get(property) is { } file)
                return session.Get(data) is null
                    ? QueryAnswering.Run(session, session.Get(model)!, file, session.Get(timeout))
                    : throw new ArgumentException("--vnnlib takes a network alone; DATA goes with --eps.");
            throw new ArgumentException("Either --vnnlib PROP.vnnlib, or DATA and --eps E, is needed.");
        })
        { model, data, property, timeout };
    }
}
