using System.CommandLine;
using Ballast.Cli.Commands.Robustness;
using Ballast.Cli.Shell;
using Ballast.Robustness.Bounds;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast certify</c>: which samples are provably right within a radius, class by class; or the answer to a verification query.</summary>
internal static class CertifyCommand
{
    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A network: .safetensors or a table's model that train saved, or any .onnx classifier whose operators have bounds." };
        var data = new Argument<string?>("DATA") { Description = "Labelled samples: a folder of images by class, an IDX or npy file with --labels, or a table. Not with --vnnlib.", Arity = ArgumentArity.ZeroOrOne };
        var settings = new SubjectSettings("Certify");
        var norm = new Option<string>("--norm") { Description = "What is at most E: inf, the change of every feature by itself.", HelpName = "NAME", DefaultValueFactory = _ => "inf" };
        norm.AcceptOnlyFromAmong("inf");
        var method = new Option<string>("--method") { Description = "ibp (intervals), crown-ibp (linear bounds over intervals) or crown (linear bounds at every neuron); each after the cheaper ones, on what they left open.", HelpName = "NAME", DefaultValueFactory = _ => "crown" };
        method.AcceptOnlyFromAmong("ibp", "crown-ibp", "crown");
        var output = new Option<string?>("--out") { Description = "A csv to write: each sample, whether it is certified, and its margins.", HelpName = "P.csv" };
        var property = new Option<string?>("--vnnlib") { Description = "A property file instead of DATA; the answer is unsat (proved), sat, unknown or timeout.", HelpName = "PROP.vnnlib" };
        var timeout = new Option<double>("--timeout") { Description = "Seconds for a query.", HelpName = "S", DefaultValueFactory = _ => 300 };
        var verb = new Verb("certify", "Prove which samples no small change can turn, class by class; or prove a property of a network.", session =>
        {
            if (session.Get(property) is { } query)
            {
                Option[] ofSamples = [settings.Epsilon, norm, method, .. settings.All, output];
                if (session.Get(data) is not null)
                    throw new ArgumentException("--vnnlib brings its own inputs; it does not go with DATA.");
                if (ofSamples.FirstOrDefault(session.Given) is { } stray)
                    throw new ArgumentException($"{stray.Name} goes with DATA, not with --vnnlib.");
                return QueryAnswering.Run(session, session.Get(model)!, query, session.Get(timeout));
            }
            if (session.Given(timeout))
                throw new ArgumentException("--timeout goes with --vnnlib.");
            var path = session.Get(data) ?? throw new ArgumentException("What is to be certified is missing: DATA with --eps, or a property file with --vnnlib.");
            var file = session.Get(output) is { } wanted ? OutputFile.Checked(wanted, "A table of certified samples") : null;
            var (request, epsilon) = (settings.Request(session, path), settings.Radius(session));
            using var opened = ScoringModel.Open(session.Get(model)!);
            using var subject = settings.Read(session, opened, request);
            return CertificationRun.Run(session, opened, subject, epsilon, Methods[session.Get(method)!], path, file);
        })
        { model, data, settings.Epsilon, norm, method };
        foreach (var option in settings.All.Concat([output, property, timeout]))
            verb.Add(option);
        return verb;
    }

    private static readonly Dictionary<string, BoundMethod> Methods = new() { ["ibp"] = BoundMethod.Ibp, ["crown-ibp"] = BoundMethod.CrownIbp, ["crown"] = BoundMethod.Crown };
}
