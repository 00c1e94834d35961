using System.CommandLine;
using System.Globalization;
using Ballast.Cli.Commands.Networks;
using Ballast.Cli.Shell;
using Ballast.Core;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>What a user says of a model and its samples where inputs are moved: the arguments and options that <c>attack</c> and <c>certify</c> share.</summary>
internal sealed class SubjectSettings(string verb)
{
    private readonly Option<string?> labels = new("--labels") { Description = "The file of labels of an IDX or npy file: npy, IDX, or a table of one column.", HelpName = "FILE" };
    private readonly Option<string?> target = new("--target") { Description = "A table's column of classes, for a model that does not know it.", HelpName = "COL" };
    private readonly Option<string[]> classes = CommaList.Option("--classes", "NAMES", "Names of an ONNX model's classes, in the order of its outputs; numbers from 0 where not given.");
    private readonly Option<string[]> ignore = CommaList.Option("--ignore", "COLS", "Columns of the table that an ONNX model does not take.");
    private readonly Option<string[]> stay = CommaList.Option("--fixed", "COLS", "Columns of the table that an attacker cannot change.");
    private readonly Option<string[]> range = CommaList.Option("--range", "LOW,HIGH", "Least and greatest value of an npy array's numbers; [0,1] where all lie there, else those of the file.");
    private readonly Option<int?> sample = new("--sample") { Description = $"{verb} so many samples, drawn by the seed, instead of all.", HelpName = "N" };

    /// <summary>The radius.</summary>
    public Option<double?> Epsilon { get; } = new("--eps") { Description = "The largest change: of a pixel in [0,1] (0.03 is 8 of 255), of an array's numbers, of a column in its standard deviations.", HelpName = "E" };

    /// <summary>All options, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [labels, target, classes, ignore, stay, range, sample];

    /// <summary>The first of these options that the user gave; null where none was.</summary>
    public Option? Given(CommandSession session) => All.FirstOrDefault(session.Given);

    /// <summary>The radius, checked before anything is read: no range reaches a negative one or one that is no number.</summary>
    /// <exception cref="ArgumentException">It is missing or out of range.</exception>
    public double Radius(CommandSession session) => session.Get(Epsilon) switch
    {
        null => throw new ArgumentException("--eps is missing: the largest change of a feature is expected."),
        >= 0 and double epsilon => epsilon,
        var epsilon => throw new ArgumentException($"--eps is {epsilon}; a number of at least 0 is expected."),
    };

    /// <summary>How the samples are to be read.</summary>
    public AttackRequest Request(CommandSession session, string path) => new(
        path, session.Get(labels), session.Get(target), CommaList.Of(session, classes), CommaList.Of(session, ignore), CommaList.Of(session, stay), Range(CommaList.Of(session, range)));

    /// <summary>The samples.</summary>
    public AttackSubject Read(CommandSession session, ScoringModel model, AttackRequest request)
    {
        var whole = Whole(session, model, request);
        return session.Get(sample) is { } size ? whole.Sampled(Guard.Positive(size, "--sample"), session.Seed) : whole;
    }

    private static AttackSubject Whole(CommandSession session, ScoringModel model, AttackRequest request)
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
