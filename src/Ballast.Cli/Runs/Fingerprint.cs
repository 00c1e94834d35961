using System.Security.Cryptography;

namespace Ballast.Cli.Runs;

/// <summary>Identifies data by its content, so that two runs on the same data can be told from two runs on files of the same name.</summary>
internal static class Fingerprint
{
    /// <summary>SHA-256 of the file's content, as <c>sha256sum</c> prints it, after <c>sha256:</c>.</summary>
    public static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
