namespace LlmSpell.Bench;

/// <summary>The stores that are compared, in the order of the report.</summary>
internal static class SubjectList
{
    /// <summary>The report's ratios are to this one of ours.</summary>
    internal const string Default = "llmspell, sqlite";

    /// <summary>And to this one, which does the least that a store on the disk can do.</summary>
    internal const string Limit = "LMDB";

    /// <param name="folder">Each takes a folder of its own in it, once it is opened.</param>
    internal static IReadOnlyList<Subject> All(string folder) =>
    [
        new OwnSqlite(Path.Combine(folder, "sqlite")),
        new OwnRocksDb(Path.Combine(folder, "rocksdb")),
        new OwnMemory(Path.Combine(folder, "memory")),
        new RawSqlite(Path.Combine(folder, "raw-sqlite")),
        new RawRocksDb(Path.Combine(folder, "raw-rocksdb")),
        new RedisStore(Path.Combine(folder, "redis"), appendOnly: false),
        new RedisStore(Path.Combine(folder, "redis-aof"), appendOnly: true),
        new LmdbStore(Path.Combine(folder, "lmdb")),
    ];

    /// <exception cref="ToolException">There is none of that name.</exception>
    internal static Subject Find(string folder, string id)
    {
        IReadOnlyList<Subject> all = All(folder);
        return all.FirstOrDefault(subject => subject.Id == id)
            ?? throw new ToolException($"There is no store \"{id}\" to compare: {string.Join(", ", all.Select(static subject => subject.Id))} are.");
    }
}
