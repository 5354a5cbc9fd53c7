using System.Globalization;

namespace LlmSpell.State.RocksDb.Schema;

/// <summary>The names of the column families. RocksDB makes the default one by itself; it holds the store's description.</summary>
internal static class FamilyNames
{
    internal const string Default = "default";

    internal static string Entries(long generation) => "entries." + generation.ToString(CultureInfo.InvariantCulture);

    internal static string Changes(long generation) => "changes." + generation.ToString(CultureInfo.InvariantCulture);
}
