using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Values;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>The functions of the global State that work on entries; Prelude/state.lua calls them.</summary>
internal static unsafe class StateFunctions
{
    internal static void Register(LuaState state)
    {
        Callback.Register(state, "save"u8, &OnSave);
        Callback.Register(state, "load"u8, &OnLoad);
        Callback.Register(state, "delete"u8, &OnDelete);
        Callback.Register(state, "exists"u8, &OnExists);
        Callback.Register(state, "clear"u8, &OnClear);
        Callback.Register(state, "list_keys"u8, &OnListKeys);
        Callback.Register(state, "list_scopes"u8, &OnListScopes);
        Callback.Register(state, "flush"u8, &OnFlush);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSave(LuaState state) => Callback.Run(state, &Save);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLoad(LuaState state) => Callback.Run(state, &Load);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnDelete(LuaState state) => Callback.Run(state, &Delete);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnExists(LuaState state) => Callback.Run(state, &Exists);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnClear(LuaState state) => Callback.Run(state, &Clear);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnListKeys(LuaState state) => Callback.Run(state, &ListKeys);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnListScopes(LuaState state) => Callback.Run(state, &ListScopes);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnFlush(LuaState state) => Callback.Run(state, &Flush);

    /// <summary>save(scope, key, value): nil deletes.</summary>
    private static int Save(LuaState state, LuaHost host)
    {
        StateKey key = KeyArguments.Key(state, "save");
        if (LuaApi.TypeOf(state, 3) == LuaType.None)
        {
            throw new LuaArguments(state, "save").Wrong(3, "a value is expected; nil deletes the key");
        }

        SaveOrDelete(state, host, key, 3);
        return 0;
    }

    /// <summary>load(scope, key): nil, then the value or nil.</summary>
    private static int Load(LuaState state, LuaHost host) => Load(state, host, "load");

    internal static int Load(LuaState state, LuaHost host, string function)
    {
        StateKey key = KeyArguments.Key(state, function);
        PooledBuffer buffer = host.Buffers.Take();
        try
        {
            state.PushNil();
            if (!host.Store.TryLoad(key, buffer))
            {
                return 1;
            }

            PushStored(state, key, buffer.Written);
            return 2;
        }
        finally
        {
            host.Buffers.Return(buffer);
        }
    }

    /// <summary>Stores the value at a stack position; nil deletes.</summary>
    internal static void SaveOrDelete(LuaState state, LuaHost host, StateKey key, int index)
    {
        if (LuaApi.TypeOf(state, index) == LuaType.Nil)
        {
            host.Store.Delete(key);
            return;
        }

        PooledBuffer buffer = host.Buffers.Take();
        try
        {
            host.Encoder.Encode(state, index, key.Key, buffer, host.Store.MaxValueBytes);
            host.Store.Save(key, buffer.Written);
        }
        finally
        {
            host.Buffers.Return(buffer);
        }
    }

    /// <summary>Pushes a value as the store gave it.</summary>
    /// <exception cref="StateCorruptException">It is no value.</exception>
    /// <exception cref="InsufficientMemoryException">It is too large for the script's limit.</exception>
    internal static void PushStored(LuaState state, StateKey key, ReadOnlySpan<byte> value)
    {
        try
        {
            RefuseTooLarge(Callback.HostOf(state).Heap->RoomForResults, value);
            ValueDecoder.Push(state, value);
        }
        catch (Exception exception) when (exception is MessagePackException or LuaCallException)
        {
            throw Unreadable(key, exception);
        }
    }

    private static void RefuseTooLarge(nuint room, ReadOnlySpan<byte> value)
    {
        if ((nuint)value.Length > room / ValueFootprint.MostPerByte && (nuint)ValueFootprint.Of(value) > room)
        {
            throw new InsufficientMemoryException();
        }
    }

    internal static StateCorruptException Unreadable(StateKey key, Exception cause) => new(
        $"the value of {key} cannot be read: {cause.Message}", "Restore a backup, or save another value in its place", cause);

    /// <summary>delete(scope, key): nil, then whether it was there.</summary>
    private static int Delete(LuaState state, LuaHost host)
    {
        StateKey key = KeyArguments.Key(state, "delete");
        bool deleted = host.Store.Delete(key);
        state.PushNil();
        state.Push(deleted);
        return 2;
    }

    private static int Exists(LuaState state, LuaHost host)
    {
        StateKey key = KeyArguments.Key(state, "exists");
        bool exists = host.Store.Contains(key);
        state.PushNil();
        state.Push(exists);
        return 2;
    }

    /// <summary>clear(scope): nil, then how many keys there were.</summary>
    private static int Clear(LuaState state, LuaHost host)
    {
        string scope = KeyArguments.Scope(state, "clear");
        long cleared = host.Store.Clear(scope);
        state.PushNil();
        state.Push(cleared);
        return 2;
    }

    private static int ListKeys(LuaState state, LuaHost host)
    {
        string scope = KeyArguments.Scope(state, "list_keys");
        string prefix = new LuaArguments(state, "list_keys").OptionalText(2);
        return PushList(state, host.Store.ListKeys(scope, prefix));
    }

    private static int ListScopes(LuaState state, LuaHost host) => PushList(state, host.Store.ListScopes());

    private static int Flush(LuaState state, LuaHost host)
    {
        host.Store.Transaction.RefuseInside("flush");
        host.Store.Open().Flush();
        return 0;
    }

    internal static int PushList(LuaState state, IReadOnlyList<string> names)
    {
        state.PushNil();
        LuaApi.CreateTable(state, names.Count, 0);
        for (int i = 0; i < names.Count; i++)
        {
            state.Push(names[i]);
            LuaApi.RawSetInteger(state, -2, i + 1);
        }

        return 2;
    }
}
