using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Files;

/// <summary>
/// The file objects of one host. A script holds userdata of one byte; what it stands for is found by its address, so that nothing
/// a script can make is ever taken for a file. (Of no byte, its address could be that of the next object in memory.)
/// </summary>
internal sealed unsafe class OpenFiles
{
    private static ReadOnlySpan<byte> MetatableKey => "llmspell.file"u8;

    private readonly Dictionary<nint, LuaFile> _files = [];
    private readonly Lock _gate = new();
    private nint _metatable;
    private nint _lastObject;
    private LuaFile? _lastFile;

    /// <summary>Takes the table on the top as the metatable of files, and pops it.</summary>
    internal void TakeMetatable(LuaState state)
    {
        _metatable = (nint)LuaApi.ToPointer(state, -1);
        state.Push(MetatableKey);
        LuaApi.PushValue(state, -2);
        LuaApi.RawSet(state, LuaApi.RegistryIndex);
        state.Pop();
    }

    /// <summary>Pushes a new object for a file. Owns the file from now on.</summary>
    internal void Push(LuaState state, LuaFile file)
    {
        nint key = (nint)LuaApi.NewUserData(state, 1, 0);
        LuaFile? forgotten;
        lock (_gate)
        {
            // A script can take the finalizer away: then another object may get the same address.
            _files.Remove(key, out forgotten);
            _files.Add(key, file);
        }

        _lastFile = null;
        forgotten?.CloseQuietly();
        state.Push(MetatableKey);
        LuaApi.RawGet(state, LuaApi.RegistryIndex);
        _ = LuaApi.SetMetatable(state, -2);
    }

    /// <summary>The file that an argument stands for, open or not.</summary>
    /// <returns>Null for a file that was collected, which only finalizers can still see.</returns>
    /// <exception cref="LuaArgumentException">It is no file.</exception>
    internal LuaFile? Find(LuaState state, int index, LuaArguments arguments) =>
        IsFile(state, index, out LuaFile? file) ? file : throw arguments.WrongType(index, "FILE*");

    internal bool IsFile(LuaState state, int index, out LuaFile? file)
    {
        file = null;
        if (LuaApi.TypeOf(state, index) != LuaType.UserData)
        {
            return false;
        }

        nint key = (nint)LuaApi.ToPointer(state, index);
        if (key == _lastObject && _lastFile is not null)
        {
            file = _lastFile;
            return true;
        }

        if (_files.TryGetValue(key, out file))
        {
            _lastObject = key;
            _lastFile = file;
            return true;
        }

        return HasMetatable(state, index);
    }

    /// <summary>The open file that an argument stands for.</summary>
    /// <exception cref="LuaArgumentException">It is no file.</exception>
    /// <exception cref="LuaCallException">It is closed.</exception>
    internal LuaFile At(LuaState state, int index, LuaArguments arguments, string closed = "attempt to use a closed file") =>
        Find(state, index, arguments) is { IsClosed: false } file ? file : throw new LuaCallException(closed);

    /// <summary>The object at an index is about to go.</summary>
    internal void Forget(LuaState state, int index)
    {
        lock (_gate)
        {
            _files.Remove((nint)LuaApi.ToPointer(state, index));
        }

        _lastFile = null;
    }

    /// <summary>Sends what was written to every file. Any thread may call it.</summary>
    internal void Flush()
    {
        foreach (LuaFile file in All())
        {
            if (!file.IsStandard && !file.IsClosed)
            {
                file.FlushFromAnyThread();
            }
        }
    }

    /// <summary>Closes what the script's finalizers left.</summary>
    internal void Close()
    {
        foreach (LuaFile file in All())
        {
            file.CloseQuietly();
        }

        lock (_gate)
        {
            _files.Clear();
        }

        _lastFile = null;
    }

    private LuaFile[] All()
    {
        lock (_gate)
        {
            return [.. _files.Values];
        }
    }

    private bool HasMetatable(LuaState state, int index)
    {
        if (LuaApi.GetMetatable(state, index) == 0)
        {
            return false;
        }

        bool same = (nint)LuaApi.ToPointer(state, -1) == _metatable;
        state.Pop();
        return same;
    }
}
