using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Ballast.Core;

namespace Ballast.Robustness.Faults;

/// <summary>Outcomes of a campaign so far, in a file that is always whole: a header that names the campaign, then two bytes an injection.</summary>
internal static class CampaignState
{
    private const int HeaderBytes = 16 + 64;

    private static ReadOnlySpan<byte> Magic => "ballast-faults 1"u8;

    /// <summary>Reads outcomes that a campaign of the same name left; empty where there is no file.</summary>
    /// <exception cref="DataFormatException">The file is another campaign's, or none.</exception>
    public static FaultOutcomes[] Read(string path, string campaign)
    {
        if (!File.Exists(path))
            return [];
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < HeaderBytes || bytes.Length % 2 != 0 || !bytes.AsSpan(0, 16).SequenceEqual(Magic))
            throw new DataFormatException(path, $"{bytes.Length} bytes of another kind", "the state of a fault campaign");
        if (Encoding.ASCII.GetString(bytes, 16, 64) != campaign)
            throw new DataFormatException(path, "the state of another campaign", "one of the same model, data and options; remove the file to begin anew");
        return [.. MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan(HeaderBytes)).ToArray().Select(outcome => (FaultOutcomes)outcome)];
    }

    public static void Write(string path, string campaign, ReadOnlySpan<FaultOutcomes> outcomes)
    {
        var content = new byte[HeaderBytes + 2 * outcomes.Length];
        Magic.CopyTo(content);
        Encoding.ASCII.GetBytes(campaign, content.AsSpan(16));
        var values = MemoryMarshal.Cast<byte, ushort>(content.AsSpan(HeaderBytes));
        for (var i = 0; i < values.Length; i++)
            values[i] = (ushort)outcomes[i];
        AtomicFile.Write(path, stream => stream.Write(content));
    }

    /// <summary>A name that changes with whatever could change an outcome.</summary>
    public static string NameOf(IFaultTarget target, FaultInputs inputs, CampaignOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant(
            $"{target.Fingerprint} {options.Design} {options.Margin:R} {options.Confidence:R} {options.MaxInjections} {options.Class} {options.Tolerance:R} {options.Seed} {options.InputsPerFault} {inputs.Count}")));
        hash.AppendData(MemoryMarshal.AsBytes(inputs.Features.Span));
        hash.AppendData(MemoryMarshal.AsBytes(inputs.Labels.Span));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
