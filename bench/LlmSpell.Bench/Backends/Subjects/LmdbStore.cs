using System.Text;
using static LlmSpell.Bench.LmdbNative;

namespace LlmSpell.Bench;

/// <summary>LMDB by hand: a tree of key and value in a file that is mapped into memory. It does the least that a store on the disk can do.</summary>
internal sealed unsafe class LmdbStore(string folder) : Subject("lmdb", SubjectList.Limit, ToolKind.Reference, folder)
{
    private const long MapBytes = 64L << 30; // an address range, not memory or disk
    private const uint Permissions = 0b110_100_100;

    private nint _environment;
    private uint _database;

    internal override string Description =>
        "LMDB by hand: one tree of key and value in a mapped file, `MDB_NOSYNC`, one write transaction a save, readers kept and renewed; flushed each: without `MDB_NOSYNC`. "
        + "Its memory counts the pages of its file that were looked at";

    internal override IEnumerable<string> Versions => [LmdbNative.Version];

    internal override string? Missing => IsThere ? null : "liblmdb0 not installed";

    internal override void Open(bool strict)
    {
        Directory.CreateDirectory(Folder);
        nint environment;
        Check(mdb_env_create(&environment));
        _environment = environment;
        Check(mdb_env_set_mapsize(environment, nuint.CreateChecked(MapBytes)));
        fixed (byte* path = Encoding.UTF8.GetBytes(Folder + '\0'))
        {
            Check(mdb_env_open(environment, path, NoThreadLocal | (strict ? 0 : NoSync), Permissions));
        }

        nint transaction;
        uint database;
        Check(mdb_txn_begin(environment, 0, 0, &transaction));
        Check(mdb_dbi_open(transaction, null, 0, &database));
        Check(mdb_txn_commit(transaction));
        _database = database;
    }

    internal override void Close()
    {
        if (_environment != 0)
        {
            Check(mdb_env_sync(_environment, force: 1));
            mdb_env_close(_environment);
            _environment = 0;
        }
    }

    internal override ISession Connect() => new LmdbSession(_environment, _database);
}
