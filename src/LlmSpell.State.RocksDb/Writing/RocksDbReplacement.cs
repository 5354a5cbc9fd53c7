using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>
/// Loads a whole state beside the present one: tables in a folder of their own, taken into new families, to which one write switches. What an
/// interrupted one leaves is removed when the store is opened next.
/// </summary>
internal sealed class RocksDbReplacement : IStateReplacement
{
    private readonly Writer _writer;
    private readonly Present _before;
    private readonly AscendingKeys _order = new();
    private readonly TableWriters _tables;
    private bool _ended;

    internal RocksDbReplacement(Writer writer, CancellationToken cancellationToken = default)
    {
        _writer = writer;
        _before = writer.Take(cancellationToken);
        try
        {
            string folder = writer.Paths.Incoming;
            RemoveIncoming();
            Directory.CreateDirectory(folder);
            _tables = new TableWriters(_before.Generation.Database, folder, Math.Clamp(Environment.ProcessorCount, 1, 4));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            writer.GiveBack(_before);
            throw new StateStorageException(
                $"The folder {writer.Paths.Incoming} cannot be made: {e.Message}", "See to the rights of this user and to the disk, then try again.", e);
        }
        catch
        {
            writer.GiveBack(_before);
            throw;
        }
    }

    public StoreStatus Present => _before.Status;

    public Fingerprint Fingerprint { get; private set; }

    public long Entries { get; private set; }

    public void Append(IEntryCursor entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ObjectDisposedException.ThrowIf(_ended, this);
        try
        {
            Span<byte> header = stackalloc byte[EntryRecord.HeaderSize];
            while (entries.MoveNext())
            {
                ReadOnlySpan<byte> scope = entries.Scope;
                ReadOnlySpan<byte> key = entries.Key;
                if (_order.Problem(scope, key) is { } problem)
                {
                    throw new ArgumentException($"Entry {Entries + 1} of the new state {problem}.", nameof(entries));
                }

                EntryHash hash = entries.Hash;
                EntryRecord.WriteHeader(header, entries.ModifiedAt, hash);
                _tables.Add(scope, key, header, entries.Value);
                Fingerprint = Fingerprint.Toggle(hash);
                Entries++;
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public StoreStatus Commit(string? backupId, StoreId? adopt)
    {
        StoreId.CheckAdopted(adopt);
        ObjectDisposedException.ThrowIf(_ended, this);
        try
        {
            _tables.Finish();
            Present after = Switch(backupId, adopt);
            return after.Status;
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        _tables.Dispose();
        try
        {
            RemoveIncoming();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next replacement, or the next opening, tries again.
        }

        _writer.GiveBack(_before);
    }

    private Present Switch(string? backupId, StoreId? adopt)
    {
        Session session = _before.Generation.Session;
        Database database = session.Database;
        long number = _before.Generation.Number + 1;
        Generation generation = NewGeneration(session, number);
        bool isSwitching = false;
        bool isSwitched = false;
        try
        {
            if (_tables.Files.Count > 0)
            {
                database.Ingest(generation.Entries, _tables.Files);
            }

            // One number for the switch itself: a version from before it must not look like the restored one.
            long sequence = _before.Counters.Sequence + 1;
            Identity identity = _before.Identity with
            {
                Generation = number,
                Store = adopt ?? _before.Identity.Store,
                Lineage = LineageId.New(),
                RestoredFrom = backupId is null ? null : new RestoredFrom(backupId, Counters.VersionOf(sequence)),
            };
            var after = new Present(generation, identity, new Counters(sequence, sequence, Entries, Fingerprint));
            isSwitching = true;
            DescriptionWriter.Write(session, identity, after.Counters);
            isSwitched = true;
            _writer.Switch(_before, after);
            session.Log!.NoteManifest();
            session.Log.Flush();
            DropOld(database);
            return after;
        }
        catch (Exception e)
        {
            if (isSwitching && !isSwitched && e is StateException failure)
            {
                _writer.NoteFailedSwitch(failure);
            }

            if (!isSwitching)
            {
                // After that they may be what the log names; the next opening finds out, and removes what is of no use.
                DropQuietly(database, generation.Entries, generation.Changes);
            }

            if (!isSwitched)
            {
                generation.Release();
            }

            throw;
        }
    }

    private static Generation NewGeneration(Session session, long number)
    {
        Database database = session.Database;
        Family entries = database.CreateFamily(FamilyNames.Entries(number));
        try
        {
            return new Generation(session, number, entries, database.CreateFamily(FamilyNames.Changes(number)));
        }
        catch
        {
            DropQuietly(database, entries);
            entries.Dispose();
            throw;
        }
    }

    // The switch is done and flushed; whoever still reads the old families keeps their files. What fails here is tried again at the next opening.
    private void DropOld(Database database) => DropQuietly(database, _before.Generation.Entries, _before.Generation.Changes);

    private static void DropQuietly(Database database, params ReadOnlySpan<Family> families)
    {
        foreach (Family family in families)
        {
            try
            {
                database.Drop(family);
            }
            catch (StateException)
            {
            }
        }
    }

    private void RemoveIncoming()
    {
        if (Directory.Exists(_writer.Paths.Incoming))
        {
            Directory.Delete(_writer.Paths.Incoming, recursive: true);
        }
    }
}
