using Ballast.Core;
using Ballast.Data.Resampling;

namespace Ballast.Cli.Commands;

/// <summary>The resampling methods by the names that users give.</summary>
internal static class ResamplingMethods
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "auto", "smote", "smote-nc", "smote-n", "borderline-1", "borderline-2", "adasyn", "random-over", "random-under",
        "tomek", "enn", "repeated-enn", "all-knn", "smote-enn", "smote-tomek",
    ];

    /// <summary>Makes the resampler called <paramref name="method"/>.</summary>
    /// <param name="method">One of <see cref="Names"/>.</param>
    /// <param name="options">Neighbours, target, seed and scaling of methods that add rows.</param>
    /// <param name="cleaningNeighbors">Neighbours of methods that clean only.</param>
    /// <exception cref="ArgumentException">There is no such method; the message suggests the nearest.</exception>
    public static IResampler Make(string method, SmoteOptions options, int cleaningNeighbors) => method switch
    {
        "auto" => new SmoteFamily(options),
        "smote" => new Smote(options),
        "smote-nc" => new SmoteNc(options),
        "smote-n" => new SmoteN(options),
        "borderline-1" => new BorderlineSmote(options),
        "borderline-2" => new BorderlineSmote(options) { Kind = BorderlineKind.Kind2 },
        "adasyn" => new Adasyn(options),
        "random-over" => new RandomOverSampler(options.Target, options.Seed),
        "random-under" => new RandomUnderSampler(options.Target, options.Seed),
        "tomek" => new TomekLinks { Standardize = options.Standardize },
        "enn" => new EditedNearestNeighbours { K = cleaningNeighbors, Standardize = options.Standardize },
        "repeated-enn" => new RepeatedEditedNearestNeighbours { K = cleaningNeighbors, Standardize = options.Standardize },
        "all-knn" => new AllKnn { K = cleaningNeighbors, Standardize = options.Standardize },
        "smote-enn" => new SmoteEnn(options),
        "smote-tomek" => new SmoteTomek(options),
        _ => throw new ArgumentException(Spelling.Nearest(method, Names) is { } nearest
            ? $"There is no method '{method}'; did you mean '{nearest}'?"
            : $"There is no method '{method}'; there are {string.Join(", ", Names)}."),
    };
}
