using System.Globalization;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>Puts a store through work that leaves something in every kind of file: tables, the log, changes that were dropped.</summary>
internal static class Worked
{
    /// <summary>Small and large entries, overwritten and deleted, some in tables and some in the log only.</summary>
    public static void Fill(IStateBackend backend, int seed)
    {
        using (IStateReplacement replacement = backend.BeginReplacement())
        {
            replacement.Append(new SyntheticEntries(2_000, seed));
            replacement.Commit("backup-1", adopt: null);
        }

        Random random = new(seed);
        for (int round = 0; round < 40; round++)
        {
            Save(backend, random, round);
        }
    }

    /// <summary>One transaction of twenty writes.</summary>
    public static void Save(IStateBackend backend, Random random, int round)
    {
        using IBackendTransaction transaction = backend.BeginTransaction();
        for (int i = 0; i < 20; i++)
        {
            StateKey key = ("s", random.Next(2_500).ToString("d8", CultureInfo.InvariantCulture));
            byte[] value = new byte[random.Next(2_000)];
            random.NextBytes(value);
            if (random.Next(4) > 0 || !transaction.Delete(key, round))
            {
                transaction.Put(key, round, value);
            }
        }

        transaction.Commit();
    }

    /// <summary>Copies a store's folder as a crash would leave it, or puts a copy back.</summary>
    public static void Copy(string from, string to)
    {
        // RocksDB moves tables together in the background: a copy of files of several moments is not what a crash leaves.
        while (!TryCopy(from, to))
        {
        }
    }

    private static bool TryCopy(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        List<(string File, long Length)> before = Files(from);
        try
        {
            foreach ((string file, _) in before)
            {
                string copy = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        return before.SequenceEqual(Files(from));
    }

    // But those that are empty, and held by whoever has the store open.
    private static List<(string File, long Length)> Files(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Name is not ("lock" or "LOCK"))
            .Select(file => (file.FullName, file.Exists ? file.Length : -1))
            .Order()];
}
