using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// The row at which a <see cref="FeedTable"/> stands, in unmanaged memory: SQLite reads its columns from here without a copy.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FeedRow
{
    /// <summary>Room for a scope and a key at their longest, or for all of an entry whose value lies in its row.</summary>
    private const int MaxBytes = StateKey.MaxScopeBytes + StateKey.MaxKeyBytes + StoreSchema.MaxInlineBytes;

    /// <summary>The <see cref="EntryFeed"/>, while a statement runs.</summary>
    internal GCHandle Feed;

    internal bool IsAtEnd;
    internal bool IsLarge;
    internal int ScopeLength;
    internal int KeyLength;
    internal int ValueLength;
    internal long ModifiedAt;
    internal long Large;
    internal fixed byte Hash[EntryHash.Size];

    /// <summary>Scope, key and, unless the value is large, value.</summary>
    internal fixed byte Bytes[MaxBytes];
}
