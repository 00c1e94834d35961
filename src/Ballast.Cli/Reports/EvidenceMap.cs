using System.Collections;
using System.Globalization;

namespace Ballast.Cli.Reports;

/// <summary>Reads any dictionary that a check put into a finding's evidence.</summary>
internal static class EvidenceMap
{
    /// <summary>Gives the entries in the dictionary's own order; false when <paramref name="value"/> is no dictionary.</summary>
    public static bool TryRead(object value, out List<(string Name, object? Value)> entries)
    {
        entries = [];
        switch (value)
        {
            case IReadOnlyDictionary<string, object> map:
                foreach (var (name, inner) in map)
                    entries.Add((name, inner));
                return true;
            case IDictionary map:
                foreach (DictionaryEntry entry in map)
                    entries.Add((Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!, entry.Value));
                return true;
            default:
                return false;
        }
    }
}
