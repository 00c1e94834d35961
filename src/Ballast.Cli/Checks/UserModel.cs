using Ballast.Core;

namespace Ballast.Cli.Checks;

/// <summary>Predictions by the user's own model.</summary>
internal static class UserModel
{
    public static Predictions Predict(string path, Dataset data, Audit audit, CancellationToken cancellation) => throw new ArgumentException(path);
}
