using System.CommandLine;
using Ballast.Cli.Commands.Robustness;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Learning.Adversarial;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast attack MODEL DATA --eps E</c>: what is left of a network's accuracy when its inputs are nudged, class by class.</summary>
internal static class AttackCommand
{
    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A network: .safetensors or a table's model that train saved, or any .onnx classifier of known operators." };
        var data = new Argument<string>("DATA") { Description = "Labelled samples: a folder of images by class, an IDX or npy file with --labels, or a table." };
        var settings = new SubjectSettings("Attack");
        settings.Epsilon.Required = true;
        var norm = new Option<string>("--norm") { Description = "What is at most E: inf, the change of every feature by itself; 2, the Euclidean length of all.", HelpName = "NAME", DefaultValueFactory = _ => "inf" };
        norm.AcceptOnlyFromAmong("inf", "2");
        var method = new Option<string>("--method") { Description = "fgsm, pgd, autopgd (on cross-entropy, then on score differences), or all, each on the survivors of those before.", HelpName = "NAME", DefaultValueFactory = _ => "all" };
        method.AcceptOnlyFromAmong("all", "fgsm", "pgd", "autopgd");
        var restarts = new Option<int>("--restarts") { Description = "Random starts of each attack.", HelpName = "R", DefaultValueFactory = _ => 1 };
        var steps = new Option<int?>("--steps") { Description = "Steps of an attack; 20 for pgd, 100 for autopgd.", HelpName = "N" };
        var device = DeviceOption.Create();
        var output = new Option<string?>("--out") { Description = "A csv to write: each sample, its outcome and its margins.", HelpName = "P.csv" };
        var verb = new Verb("attack", "Attack a network: clean and robust accuracy by class, and which samples survive.", session =>
        {
            var (path, file) = (session.Get(data)!, session.Get(output) is { } wanted ? OutputFile.Checked(wanted, "A table of attacked samples") : null);
            Guard.Positive(session.Get(restarts), "--restarts");
            var (request, epsilon) = (settings.Request(session, path), settings.Radius(session));
            var (kind, count) = (session.Get(method)!, session.Get(steps) is { } given ? Guard.Positive(given, "--steps") : (int?)null);
            var where = DeviceOption.Read(session, device);
            using var opened = ScoringModel.Open(session.Get(model)!);
            using var subject = settings.Read(session, opened, request);
            opened.MoveTo(where);
            var threat = subject.Threat(session.Get(norm) == "2" ? PerturbationNorm.L2 : PerturbationNorm.LInfinity, epsilon);
            return AttackRun.Run(session, subject, where, threat, Attacks(kind, threat, opened.Outputs, count, session.Get(restarts)), path, file);
        })
        { model, data, settings.Epsilon, norm, method, restarts, steps };
        foreach (var option in settings.All)
            verb.Add(option);
        verb.Add(device);
        verb.Add(output);
        return verb;
    }

    private static IReadOnlyList<NamedAttack> Attacks(string kind, ThreatModel threat, int classes, int? steps, int restarts) => kind switch
    {
        "fgsm" => [new("fgsm", Pgd.Fgsm(threat), AttackLoss.CrossEntropy)],
        "pgd" => [new("pgd", new Pgd(threat) { Steps = steps ?? 20, Restarts = restarts }, AttackLoss.CrossEntropy)],
        "autopgd" => NamedAttack.Automatic(threat, classes, steps ?? 100, restarts),
        _ => [.. NamedAttack.Standard(threat, classes, steps ?? 20, restarts).Take(2), .. NamedAttack.Automatic(threat, classes, steps ?? 100, restarts)],
    };
}
