using System.Buffers;
using System.Text;
using LlmSpell.State;
using Xunit;

namespace LlmSpell.Testing.Backends;

/// <summary>
/// What every backend must do. A backend's test project derives one class from this; every test ends by checking the whole
/// store.
/// </summary>
public abstract partial class BackendContract : IDisposable
{
    private IStateBackend? _backend;

    /// <summary>The store of this test, empty at first.</summary>
    protected IStateBackend Backend => _backend ??= Open(TimeSpan.FromSeconds(30));

    /// <summary>Opens the store of this test, or makes it.</summary>
    protected abstract IStateBackend Open(TimeSpan busyTimeout);

    /// <summary>Whether the data outlives the object, so that a test can open it again.</summary>
    protected virtual bool KeepsData => true;

    /// <summary>Removes what a test left, after it closed its store and passed.</summary>
    protected virtual void CleanUp()
    {
    }

    public void Dispose()
    {
        if (_backend is not null)
        {
            using (_backend)
            {
                StoreContent.Check(_backend);
            }
        }

        CleanUp();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the present store of the test, if any, and opens it again.</summary>
    protected void Reopen(TimeSpan busyTimeout)
    {
        _backend?.Dispose();
        _backend = Open(busyTimeout);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private StateVersion Save(StateKey key, string value, long modifiedAt = 1)
    {
        using IBackendTransaction transaction = Backend.BeginTransaction();
        transaction.Put(key, modifiedAt, Bytes(value));
        return transaction.Commit();
    }

    private StateVersion Delete(StateKey key, long deletedAt = 1)
    {
        using IBackendTransaction transaction = Backend.BeginTransaction();
        Assert.True(transaction.Delete(key, deletedAt));
        return transaction.Commit();
    }

    private string? Load(StateKey key)
    {
        ArrayBufferWriter<byte> value = new();
        bool found = Backend.TryRead(key, value, out _);
        Assert.Equal(found, Backend.Contains(key));
        return found ? Encoding.UTF8.GetString(value.WrittenSpan) : null;
    }

    private static string? Load(IStateSnapshot snapshot, StateKey key)
    {
        ArrayBufferWriter<byte> value = new();
        return snapshot.TryRead(key, value, out _) ? Encoding.UTF8.GetString(value.WrittenSpan) : null;
    }

    private static string? Load(IBackendTransaction transaction, StateKey key)
    {
        ArrayBufferWriter<byte> value = new();
        bool found = transaction.TryRead(key, value, out _);
        Assert.Equal(found, transaction.Contains(key));
        return found ? Encoding.UTF8.GetString(value.WrittenSpan) : null;
    }

    private List<string> Names() => [.. StoreContent.Read(Backend).Select(entry => entry.Key.ToString())];
}
