def connect():
    raise RuntimeError('cannot connect')


connect()
