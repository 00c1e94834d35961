using System.CommandLine;
using System.Globalization;
using Ballast.Cli.Commands.Networks;
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
        var epsilon = new Option<double>("--eps") { Description = "The largest change: of a pixel in [0,1] (0.03 is 8 of 255), of an array's numbers, of a column in its standard deviations.", HelpName = "E", Required = true };
        var norm = new Option<string>("--norm") { Description = "What is at most E: inf, the change of every feature by itself; 2, the Euclidean length of all.", HelpName = "NAME", DefaultValueFactory = _ => "inf" };
        norm.AcceptOnlyFromAmong("inf", "2");
        var method = new Option<string>("--method") { Description = "fgsm, pgd, autopgd (on cross-entropy, then on score differences), or all, each on the survivors of those before.", HelpName = "NAME", DefaultValueFactory = _ => "all" };
        method.AcceptOnlyFromAmong("all", "fgsm", "pgd", "autopgd");
        var restarts = new Option<int>("--restarts") { Description = "Random starts of each attack.", HelpName = "R", DefaultValueFactory = _ => 1 };
        var steps = new Option<int?>("--steps") { Description = "Steps of an attack; 20 for pgd, 100 for autopgd.", HelpName = "N" };
        var labels = new Option<string?>("--labels") { Description = "The file of labels of an IDX or npy file: npy, IDX, or a table of one column.", HelpName = "FILE" };
        var target = new Option<string?>("--target") { Description = "A table's column of classes, for a model that does not know it.", HelpName = "COL" };
        var classes = CommaList.Option("--classes", "NAMES", "Names of an ONNX model's classes, in the order of its outputs; numbers from 0 where not given.");
        var ignore = CommaList.Option("--ignore", "COLS", "Columns of the table that an ONNX model does not take.");
        var stay = CommaList.Option("--fixed", "COLS", "Columns of the table that an attacker cannot change.");
        var range = CommaList.Option("--range", "LOW,HIGH", "Least and greatest value of an npy array's numbers; [0,1] where all lie there, else those of the file.");
        var sample = new Option<int?>("--sample") { Description = "Attack so many samples, drawn by the seed, instead of all.", HelpName = "N" };
        var output = new Option<string?>("--out") { Description = "A csv to write: each sample, its outcome and its margins.", HelpName = "P.csv" };
        return new Verb("attack", "Attack a network: clean and robust accuracy by class, and which samples survive.", session =>
        {
            var (path, file) = (session.Get(data)!, session.Get(output) is { } wanted ? OutputFile.Checked(wanted, "A table of attacked samples") : null);
            Guard.Positive(session.Get(restarts), "--restarts");
            var request = new AttackRequest(
                path, session.Get(labels), session.Get(target), CommaList.Of(session, classes), CommaList.Of(session, ignore), CommaList.Of(session, stay), Range(CommaList.Of(session, range)));
            var (kind, count) = (session.Get(method)!, session.Get(steps) is { } given ? Guard.Positive(given, "--steps") : (int?)null);
            // Before anything is read: no range reaches a negative radius or one that is no number.
            if (!(session.Get(epsilon) >= 0))
                throw new ArgumentException($"--eps is {session.Get(epsilon)}; a number of at least 0 is expected.");
            using var opened = ScoringModel.Open(session.Get(model)!);
            using var whole = Subject(session, opened, request);
            var subject = session.Get(sample) is { } size ? whole.Sampled(Guard.Positive(size, "--sample"), session.Seed) : whole;
            var threat = subject.Threat(session.Get(norm) == "2" ? PerturbationNorm.L2 : PerturbationNorm.LInfinity, session.Get(epsilon));
            return AttackRun.Run(session, subject, threat, Attacks(kind, threat, opened.Outputs, count, session.Get(restarts)), path, file);
        })
        { model, data, epsilon, norm, method, restarts, steps, labels, target, classes, ignore, stay, range, sample, output };
    }

    private static AttackSubject Subject(CommandSession session, ScoringModel model, AttackRequest request)
    {
        var (isImages, isArray) = (ImageInput.Is(request.Path), ArraySubject.IsArray(request.Path));
        if (!isImages && !isArray)
            return TableSubject.Of(session, model, request);
        if (request.Target is not null || request.Ignored.Count + request.Fixed.Count > 0)
            throw new ArgumentException($"--target, --ignore and --fixed are for tables; '{request.Path}' holds {(isImages ? "images" : "an array")}.");
        if (model.Table is not null)
            throw new ArgumentException($"'{model.Path}' is a model of a table, but '{request.Path}' is none.");
        if (isImages && request.Range is not null)
            throw new ArgumentException("--range goes with npy arrays; pixels lie in [0,1].");
        return isImages ? ArraySubject.OfImages(session, model, request) : ArraySubject.OfArray(session, model, request);
    }

    private static IReadOnlyList<NamedAttack> Attacks(string kind, ThreatModel threat, int classes, int? steps, int restarts) => kind switch
    {
        "fgsm" => [new("fgsm", Pgd.Fgsm(threat), AttackLoss.CrossEntropy)],
        "pgd" => [new("pgd", new Pgd(threat) { Steps = steps ?? 20, Restarts = restarts }, AttackLoss.CrossEntropy)],
        "autopgd" => NamedAttack.Automatic(threat, classes, steps ?? 100, restarts),
        _ => [.. NamedAttack.Standard(threat, classes, steps ?? 20, restarts).Take(2), .. NamedAttack.Automatic(threat, classes, steps ?? 100, restarts)],
    };

    private static (double Low, double High)? Range(string[] texts)
    {
        if (texts.Length == 0)
            return null;
        var numbers = Array.ConvertAll(texts, text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN);
        return numbers is [var low, var high] && low < high && double.IsFinite(high - low)
            ? (low, high)
            : throw new ArgumentException($"--range is '{string.Join(",", texts)}'; two numbers, the smaller first, are expected, as in --range 0,255.");
    }
}
