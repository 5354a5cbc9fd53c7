using System.Diagnostics;
using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>The operations whose growth is measured, on one open store. Each gives the seconds of its measured part.</summary>
internal sealed class GrowthSteps(StateFolder state, StateStore store, string folder)
{
    private const int ManyBackups = 1_000;
    private const int WithLayers = 15;
    private const int Accesses = 5_000;

    private static readonly BackupOptions Options = new() { MaxBackups = null, MaxBackupAge = null };

    private readonly string _repository = Path.Combine(folder, "backups");
    private readonly string _many = Path.Combine(folder, "many-backups");
    private BackupSummary? _newest;
    private int _revision = 1;

    internal double Full()
    {
        Folders.Renew(_repository);
        return Time(() => _newest = Create(_repository, incremental: false));
    }

    /// <summary>A new full backup, so that the operations after it find the same at each size.</summary>
    internal void BeginChain() => Full();

    internal double Incremental(int oneIn)
    {
        state.Change(store, oneIn);
        double seconds = Time(() => _newest = Create(_repository, incremental: true));
        return _newest!.IsIncremental
            ? seconds
            : throw new InvalidOperationException($"An incremental backup was asked for and became full: {_newest.Manifest.Reason}");
    }

    internal double Validate()
    {
        bool valid = false;
        double seconds = Time(() => valid = Service(_repository).ValidateAsync(_newest!.Id.Value, Interruption.Token).GetAwaiter().GetResult().IsValid);
        return valid ? seconds : throw new InvalidOperationException($"The backup {_newest!.Id.Value} is not valid.");
    }

    internal double Restore()
    {
        string target = Path.Combine(folder, "restored");
        Folders.Remove(target);
        double seconds;
        using (StateStore restored = StateFolder.Open(target))
        {
            BackupService service = new(() => restored, new FolderStorage(_repository), Options);
            seconds = Time(() => service.RestoreAsync(_newest!.Id.Value, Interruption.Token).GetAwaiter().GetResult());
            if (restored.ReadStatus().Fingerprint != _newest!.Manifest.Fingerprint)
            {
                throw new InvalidOperationException("The restored state is not the one that was backed up.");
            }
        }

        Folders.Remove(target);
        return seconds;
    }

    /// <summary>Of one save, each in a transaction of its own, spread over all keys.</summary>
    internal double Save()
    {
        StateKey[] keys = Keys();
        _revision++;
        // SQLite skips the write of a row that stays the same, so each save brings another value.
        StateValue[] values = [.. Enumerable.Range(0, 97).Select(i => ReferenceData.Value(i, _revision))];
        return Time(() =>
        {
            for (int i = 0; i < keys.Length; i++)
            {
                store.Save(keys[i], values[i % values.Length]);
            }
        }) / keys.Length;
    }

    /// <summary>Of one load, spread over all keys.</summary>
    internal double Load()
    {
        StateKey[] keys = Keys();
        int found = 0;
        double seconds = Time(() => found = keys.Count(key => store.Load(key) is not null));
        return found == keys.Length ? seconds / keys.Length : throw new InvalidOperationException($"Only {found} of {keys.Length} entries were found.");
    }

    /// <summary>
    /// A full backup and fourteen incrementals with a layer each, then as many without changes as make a thousand. The latter's manifests are
    /// written directly, as a create without changes would write them: what is measured is what there is, not how it came to be.
    /// </summary>
    internal void MakeManyBackups()
    {
        Folders.Remove(_repository);
        BackupManifest manifest = Create(_many, incremental: false).Manifest;
        for (int i = 1; i < WithLayers; i++)
        {
            store.Save(ReferenceData.Key(i), ReferenceData.Value(i, _revision + i));
            manifest = Create(_many, incremental: true).Manifest;
        }

        for (int i = WithLayers; i < ManyBackups; i++)
        {
            long createdAt = manifest.CreatedAt + 1;
            manifest = manifest with
            {
                Id = BackupId.New(UnixTime.ToMoment(createdAt)),
                Ordinal = manifest.Ordinal + 1,
                Kind = BackupKind.Incremental,
                Parent = manifest.Id,
                CreatedAt = createdAt,
            };
            File.WriteAllBytes(Path.Combine(_many, RepositoryPaths.Manifest(manifest.Id)), ManifestJson.Write(manifest));
        }
    }

    internal double List()
    {
        int found = 0;
        double seconds = Time(() => found = Service(_many).ListAsync(Interruption.Token).GetAwaiter().GetResult().Backups.Count);
        return found == ManyBackups ? seconds : throw new InvalidOperationException($"{found} backups are listed instead of {ManyBackups}.");
    }

    /// <summary>Of an incremental without changes in a repository of a thousand backups: what their number costs.</summary>
    internal double CreateBesideMany() => Time(() => Create(_many, incremental: true));

    private StateKey[] Keys()
    {
        // A prime beyond the number of accesses: all over the entries, in no order.
        return [.. Enumerable.Range(0, Accesses).Select(i => ReferenceData.Key((int)(i * 7_368_787L % state.Entries)))];
    }

    private BackupService Service(string repository) => new(() => store, new FolderStorage(repository), Options);

    private BackupSummary Create(string repository, bool incremental) =>
        Service(repository).CreateAsync(new CreateRequest { Incremental = incremental }, Interruption.Token).GetAwaiter().GetResult().Backup;

    private static double Time(Action run)
    {
        long started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
