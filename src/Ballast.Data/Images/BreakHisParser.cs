using System.Globalization;
using System.Text.RegularExpressions;

namespace Ballast.Data.Images;

/// <summary>File names of the BreaKHis collection of breast histology, such as <c>SOB_M_DC-14-2523-400-009.png</c>; folders are not looked at.</summary>
/// <remarks>
/// Source: Spanhol, Oliveira, Petitjean and Heutte, "A dataset for breast cancer histopathological image classification", IEEE TBME 63 (2016). The label is the
/// subtype (A, F, PT, TA, DC, LC, MC, PC), the superclass benign or malignant, the group the patient: year and slide.
/// </remarks>
public sealed partial class BreakHisParser : IImagePathParser
{
    /// <inheritdoc/>
    public string Expected => "file names such as SOB_M_DC-14-2523-400-009.png";

    /// <inheritdoc/>
    public ImageManifestRow? Parse(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var match = FileName().Match(path[(path.LastIndexOf('/') + 1)..]);
        if (!match.Success || !int.TryParse(match.Groups[5].ValueSpan, NumberStyles.None, null, out var magnification))
            return null;
        return new ImageManifestRow(
            path,
            match.Groups[2].Value.ToUpperInvariant(),
            match.Groups[1].ValueSpan is "B" or "b" ? "benign" : "malignant",
            $"{match.Groups[3].Value}-{match.Groups[4].Value.ToUpperInvariant()}",
            magnification);
    }

    // Tumour class, subtype, year, slide, magnification, sequence number.
    [GeneratedRegex(@"^SOB_(B|M)_([A-Z]+)-(\d+)-([0-9A-Z]+)-(\d+)-(\d+)\.png$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
