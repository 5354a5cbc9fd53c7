using LlmSpell.State.Sqlite.Errors;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// The row on which a statement stands whose first columns are modified_at, hash, large and value; it fetches a large value
/// when that is asked for. Not thread-safe.
/// </summary>
internal sealed class EntryRow(Statement rows, Statement large, string file)
{
    private bool _onLarge;

    internal long ModifiedAt => rows.Int64(0);

    internal EntryHash Hash => StoredHash.ReadHash(rows.Bytes(1), file);

    /// <summary>The value's bytes, until the next step or reset.</summary>
    internal ReadOnlySpan<byte> Value
    {
        get
        {
            // A value is never empty, so bytes here say that it lies in its row.
            ReadOnlySpan<byte> value = rows.Bytes(3);
            if (!value.IsEmpty || rows.IsNull(2))
            {
                return value;
            }

            if (!_onLarge)
            {
                StepToLarge(rows.Int64(2));
            }

            return large.Bytes(0);
        }
    }

    internal bool Step()
    {
        LeaveLarge();
        return rows.Step();
    }

    internal void Reset()
    {
        LeaveLarge();
        rows.Reset();
    }

    private void StepToLarge(long id)
    {
        large.BindInt64(1, id);
        try
        {
            _onLarge = large.Step();
        }
        finally
        {
            if (!_onLarge)
            {
                large.Reset();
            }
        }

        if (!_onLarge)
        {
            throw new StateCorruptException($"The state in {file} has lost the value with the id {id}.", SqliteErrors.RecoveryHint(file));
        }
    }

    private void LeaveLarge()
    {
        if (_onLarge)
        {
            large.Reset();
        }

        _onLarge = false;
    }
}
