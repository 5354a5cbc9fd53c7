namespace LlmSpell.State.RocksDb.Files;

/// <summary>The files of a store, all in one folder of its own.</summary>
/// <param name="folder">The full path of the state's folder.</param>
internal sealed class StorePaths(string folder)
{
    /// <summary>The name of the store's folder in the state's folder.</summary>
    internal const string Name = "state.rocksdb";

    /// <summary>The store's folder.</summary>
    internal string Root { get; } = Path.Combine(folder, Name);

    /// <summary>Says that the folder is a store, and of which format; written when the rest is complete.</summary>
    internal string Format => Path.Combine(Root, "format");

    /// <summary>There while a new store is made: what else is there is of no use yet.</summary>
    internal string Creating => Path.Combine(Root, "creating");

    /// <summary>Locked by the process that has the store open.</summary>
    internal string Lock => Path.Combine(Root, "lock");

    /// <summary>Says which process that is.</summary>
    internal string Holder => Path.Combine(Root, "holder.json");

    /// <summary>The number of a change that is known to be safe from a power loss, with all before it.</summary>
    internal string Flushed => Path.Combine(Root, "flushed");

    /// <summary>RocksDB's folder.</summary>
    internal string Database => Path.Combine(Root, "db");

    /// <summary>Whether a store of ours has lost the file that says so.</summary>
    internal bool HasLostFormat =>
        !File.Exists(Format) && !File.Exists(Creating) && File.Exists(Flushed) && File.Exists(Path.Combine(Database, "CURRENT"));

    /// <summary>Tables that a replacement writes before the database takes them.</summary>
    internal string Incoming => Path.Combine(Root, "incoming");

    /// <summary>
    /// RocksDB's manifests and logs as they are now, for messages: <c>/srv/.llmspell/state.rocksdb/db/{000004.log, MANIFEST-000005}</c>. Opening begins others, so look before.
    /// </summary>
    internal string Journals
    {
        get
        {
            IEnumerable<string?> names = Directory.GetFiles(Database, "*.log").Concat(Directory.GetFiles(Database, "MANIFEST-*"))
                .Select(Path.GetFileName).Order(StringComparer.Ordinal);
            return $"{Database}{Path.DirectorySeparatorChar}{{{string.Join(", ", names)}}}";
        }
    }

    /// <summary>Something in the folder that does not belong to a store that was never complete; null if there is none.</summary>
    internal string? FirstForeign() => Directory.EnumerateFileSystemEntries(Root).FirstOrDefault(
        entry => entry != Lock && entry != Holder && entry != StoreFile.Temporary(Holder) && entry != StoreFile.Temporary(Creating) && (entry != Database || Directory.EnumerateFileSystemEntries(entry).Any()));
}
