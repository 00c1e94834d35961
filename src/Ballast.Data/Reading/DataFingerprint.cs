using System.Security.Cryptography;
using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>Names the exact bytes of a data file, so that a run can say what it was run on.</summary>
public static class DataFingerprint
{
    /// <summary>SHA-256 of the file's bytes as they lie on disk (compressed if it is), streamed; 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">It is a directory.</exception>
    public static string Of(string path)
    {
        if (Directory.Exists(path))
            throw new DataFormatException(path, "a directory", "a file");
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
